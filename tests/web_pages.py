"""A web page as a ministry serves it."""

#: made after the pages of ministries: menus, place line, share buttons, links, footer
MINISTRY_PAGE = """<!DOCTYPE html>
<html><head><meta charset="{charset}">
<title>海关总署公告2018年第19号（关于推广以企业为单元监管模式的公告）_海关总署</title>
<script>var x = "脚本";</script><style>.a {{color: red}}</style></head><body>
<div class="top"><a href="/">首页</a> | <a href="/en">English</a> | <a href="#">无障碍浏览</a>
<form><input type="text" value="请输入关键字"><button>搜索</button></form></div>
<ul class="nav"><li><a href="/x">新闻动态</a></li><li><a href="/z">政府信息公开</a></li>
<li><a href="/f">在线服务</a></li><li><a href="/h">互动交流</a></li></ul>
<div class="crumb">您现在的位置：<a href="/">首页</a> &gt; <a href="/l">海关法规</a></div>
<div class="main"><div class="article">
<h1>海关总署公告2018年第19号</h1>
<h2>关于推广以企业为单元监管模式的公告</h2>
<div class="info"><span>发布时间：2018-03-06</span> <span>来源：加贸司</span>
<span>字号：<a href="javascript:big()">大</a> <a href="javascript:small()">小</a></span></div>
<div class="TRS_Editor">
<p>　　为进一步深化加工贸易监管改革，海关总署决定推广该监管模式。现将有关事项公告如下：</p>
<p>　　一、适用范围</p>
<p>　　（一）适用关区：全国各直属海关。</p>
<p>　　（二）海关可以选择符合下列条件之一的企业适用新监管模式：</p>
<ol><li>海关信用等级为一般信用及以上；</li>
<li>内部数据流透明清晰，耗料可追溯，满足海关监管要求。</li></ol>
<p>　　二、企业应当按照下表报送数据：</p>
<table border="1"><tr><th>序号</th><th>单证</th><th>期限</th></tr>
<tr><td>1</td><td>进口料件申报表</td><td>15日</td></tr>
<tr><td>2</td><td>出口成品申报表</td><td>30日</td></tr></table>
<p>　　三、本公告自发布之日起施行。</p>
<p style="display:none">隐藏的内容</p>
<p>　　附件：1.<a href="a.doc">企业申请表.doc</a></p>
<p align="right">海关总署</p><p align="right">2018年3月5日</p>
</div>
<div class="bar">分享到： <a href="w">微信</a> <a href="b">微博</a> 【打印本页】 【关闭窗口】</div>
<div class="rel"><h3>相关链接</h3><ul><li><a href="1">海关总署公告2018年第18号</a></li>
<li><a href="2">海关总署公告2018年第17号</a></li></ul></div></div></div>
<div class="footer"><p>版权所有：中华人民共和国海关总署 京ICP备17015317号</p>
<p>地址：北京市建国门内大街6号 邮编：100730</p><p><a href="/m">网站地图</a></p></div>
</body></html>
"""
