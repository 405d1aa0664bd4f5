"""The standard fields of a customer, a line each: id, kind, Chinese and English name, other headers that mean it.

Knows the columns of the source documents' customer tables, of the CRMs they name and the fields of their
prose; which of them are judged, and by what name, is a rule set's to say.
"""

from __future__ import annotations

from crmtool.ledger.fields import FieldSpec, spec
from crmtool.ledger.quantities import Duration

#: Who the customer is.
IDENTITY: tuple[FieldSpec, ...] = (
    spec(
        "customer_id",
        "id",
        "客户编号",
        "Customer ID",
        "客户ID|客户编码|客户代码|客户代号|客户号|会员编号|会员卡号|会员ID|Account Number|Account ID|"
        "Customer Number|Customer No|Client ID|CustomerCode|编号",
    ),
    spec(
        "name",
        "text",
        "客户名称",
        "Customer name",
        "客户姓名|客户全称|Account Name|Customer|Client|Client Name|客户|客户名|公司名称|企业名称|单位名称|"
        "会员姓名|买家会员名|买家昵称|真实姓名|名称|姓名|Company|Company Name|Name",
    ),
    spec("company", "text", "公司名称", "Company", "所属公司|企业名称|单位名称|工作单位|Company Name"),
    spec("short_name", "text", "客户简称", "Short name", "简称"),
    spec("credit_code", "id", "统一社会信用代码", "Unified social credit code", "纳税人识别号|税号"),
    spec(
        "industry",
        "text",
        "所属行业",
        "Industry",
        "行业|客户行业|行业划分|行业类型|行业类别|行业分类|1级行业|一级行业|Industry Level1",
    ),
    spec("industry_level2", "text", "2级行业", "Industry, second level", "二级行业|细分行业|子行业"),
    spec(
        "employees",
        "count",
        "企业规模",
        "Employees",
        "规模|人数|公司规模|客户规模|员工数|员工人数|员工规模|人员规模|No of Employees|Number of Employees",
    ),
    spec("revenue_scale", "text", "营收规模", "Annual revenue", "企业营收|年营收|营业收入|年营业额"),
    spec("founded", "text", "成立时间", "Founded", "成立日期|注册时间|成立年份|创立时间"),
    spec("birthday", "text", "生日", "Birthday", "客户生日|出生日期|Birthdate|Date of Birth"),
    spec("gender", "text", "性别", "Gender", "Sex"),
)

#: Where and how the customer is reached.
REACH: tuple[FieldSpec, ...] = (
    spec(
        "contact",
        "text",
        "联系人",
        "Contact name",
        "联系人(经理)|联系人姓名|主联系人|主联系人姓名|客户联系人|首要联系人|Contact|Primary Contact",
    ),
    spec("contact_title", "text", "职位", "Title", "职务|联系人职位|联系人职务|岗位|Job Title"),
    spec("contact_info", "text", "联系方式", "Contact details", "客户联系方式"),
    spec(
        "mobile",
        "id",
        "手机号",
        "Mobile",
        "手机|手机号码|移动电话|联系手机|联系人手机|Mobile Phone|Cell Phone",
    ),
    spec(
        "phone",
        "id",
        "电话",
        "Phone",
        "联系电话|客户电话|联系人电话|座机|座机电话|办公电话|固定电话|电话号码|Tel|Telephone",
    ),
    spec("email", "text", "邮箱", "Email", "电子邮箱|电子邮件|邮件|邮箱地址|E-mail|Email Address"),
    spec("wechat", "id", "微信号", "WeChat", "微信"),
    spec("website", "text", "网址", "Website", "官网|公司网址|URL"),
    spec("region", "text", "区域", "Region", "地区|客户区域|所属区域|大区|所在地区"),
    spec("province", "text", "省份", "Province", "省|所在省份|State|Billing State|Shipping State"),
    spec("city", "text", "城市", "City", "市|所在城市|Billing City|Shipping City"),
    spec("district", "text", "区县", "District", "区|县区|所在行政区"),
    spec("address", "text", "地址", "Address", "详细地址|公司地址|联系地址|客户地址|通讯地址|Billing Street"),
    spec("decision_chain", "text", "决策链", "Decision chain", "关键联系人|决策人|决策链条"),
    spec("preferred_channel", "text", "偏好渠道", "Preferred channel", "沟通偏好|偏好沟通方式|渠道偏好"),
    spec("focus", "text", "关注点", "Focus", "客户关注点|决策人关注点|核心关注点"),
)

#: What the customer bought, and when.
TRADE: tuple[FieldSpec, ...] = (
    spec(
        "annual_amount",
        "money",
        "年消费额",
        "Annual amount",
        "年度购买金额|年消费金额|年合作金额|年度消费额|年度消费金额|年采购额|年采购金额|年度采购额|年度采购金额|"
        "年交易额|年交易金额|年度交易额|年度交易金额|年购买额|年购买金额|年度合作金额|年销售额|年度销售额|"
        "近1年消费总额|近一年消费总额|近1年消费额|近一年消费额|近1年消费金额|近一年消费金额|近12个月消费金额|"
        "Annual Spend|Annual Spending|Yearly Amount|Spend 12m",
    ),
    spec("spend", "money", "消费金额", "Spend", "消费额|消费总额"),
    spec("spend_frequency", "text", "消费频率", "Spend frequency"),
    spec(
        "amount_3y",
        "money",
        "近3年消费总额",
        "Three-year amount",
        "近三年消费总额|近3年消费金额|近三年消费金额",
    ),
    spec(
        "total_amount",
        "money",
        "累计消费金额",
        "Lifetime amount",
        "累计消费额|累计金额|历史消费总额|累计交易额",
    ),
    spec("trade_amount", "money", "交易金额", "Trade amount", "成交金额|成交额|交易额"),
    spec("order_amount", "money", "订单金额", "Order amount"),
    spec("average_order", "money", "平均客单价", "Average order value", "客单价|AOV"),
    spec("arpu", "money", "ARPU值", "ARPU", "ARPU值"),
    spec(
        "orders_12m",
        "count",
        "近1年订单次数",
        "Orders in 12 months",
        "年度购买频率|近1年购买频率|近一年购买频率|近一年订单次数|近1年订单数|近一年订单数|年度购买次数|年购买次数|"
        "年订单数|年度订单数|年下单次数|近1年购买次数|近一年购买次数|Orders 12m",
        per=Duration(months=12),
    ),
    spec("order_frequency", "text", "订单频次", "Order frequency", "购买频次|购买频率|采购频次"),
    spec(
        "last_order",
        "age",
        "最近交易时间",
        "Last order date",
        "最近订单|最近购买时间|最近交易日期|最近购买日期|最近订单日期|最近订单时间|最近下单时间|最近下单日期|"
        "最近成交时间|最近成交日期|最近消费时间|最近消费日期|最近一次交易时间|最近一次购买时间|最近一次下单时间|"
        "最近下单|最近一次下单|最近成单日|最近成单日期|最近成单时间|最后下单|最后下单日|最后下单日期|最后成单日期|"
        "最后交易时间|最后交易日期|最后购买时间|最后下单时间|最后一次成交时间|上次购买时间|上次交易时间|"
        "Last Order|Last Purchase|Last Purchase Date|Last Deal Closed Time",
    ),
    spec("last_order_amount", "money", "最近订单金额", "Last order amount", "最后一次成交金额|最近交易金额"),
    spec("refund_total", "money", "退款总额", "Refunds", "累计退款|退款金额"),
    spec(
        "first_order",
        "age",
        "首次购买日期",
        "First order date",
        "首次购买|首次购买时间|首次下单时间|首次下单日期|首单日期|首单时间|首次成交时间|首次成交日期|首次交易时间|"
        "首次交易日期|First Order|First Purchase Date",
    ),
    spec(
        "first_cooperation",
        "age",
        "首次合作时间",
        "Customer since",
        "合作开始日期|合作开始时间|开始合作时间|开始合作日期|首次合作日期|合作起始日期|合作起始时间|建立合作时间|"
        "Start Date",
    ),
    spec("tenure", "age", "历史合作时长", "Tenure", "合作时长|合作年限|合作年数|合作时间"),
    spec("cooperation_history", "text", "合作历史", "Cooperation history"),
    spec("cooperation_depth", "text", "历史合作深度", "Depth of cooperation", "合作深度"),
    spec("purchase_history", "text", "购买历史", "Purchase history", "购买记录|历史购买记录"),
    spec("product_type", "text", "产品类型", "Product type", "产品类别|主要产品|采购产品"),
    spec(
        "product_preference",
        "text",
        "产品/服务类型偏好",
        "Product preference",
        "产品偏好|服务偏好|产品服务偏好",
    ),
)
